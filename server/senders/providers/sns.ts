import { PublishCommand, SNSClient, SNSServiceException } from '@aws-sdk/client-sns'
import type { SendFailureReason, SettingsOf } from '../../../shared/model/sender.ts'
import { sendFailed, type Provider } from '../provider.ts'

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
const reasons: Readonly<Record<string, SendFailureReason>> = {
  OptedOut: 'number-refused',
  OptedOutException: 'number-refused',
  Throttled: 'provider-busy',
  ThrottledException: 'provider-busy',
  Throttling: 'provider-busy',
  ThrottlingException: 'provider-busy',
}

const timeoutMs = 10_000

/**
 * Amazon SNS, "Publish" to a telephone number
 * (https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html), as a transactional message. Its answer
 * tells no price.
 */
export function snsProvider(settings: SettingsOf<'sns'>): Provider {
  const { accessKeyId, endpoint, region, secretAccessKey, senderId } = settings
  return {
    async send({ to, text }) {
      const client = new SNSClient({
        region,
        credentials: { accessKeyId, secretAccessKey },
        maxAttempts: 1,
        ...(endpoint === null ? {} : { endpoint }),
      })
      try {
        await client.send(
          new PublishCommand({ PhoneNumber: to, Message: text, MessageAttributes: attributes(senderId) }),
          { abortSignal: AbortSignal.timeout(timeoutMs) },
        )
        return { price: null }
      } catch (error) {
        throw failureOf(error)
      } finally {
        client.destroy()
      }
    },
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html */
function attributes(senderId: string | null) {
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  return {
    'AWS.SNS.SMS.SMSType': text('Transactional'),
    ...(senderId === null ? {} : { 'AWS.SNS.SMS.SenderID': text(senderId) }),
  }
}

/** The library's error may quote the request; only its name and status are kept. */
function failureOf(error: unknown): Error {
  if (!(error instanceof SNSServiceException)) return sendFailed('provider-unreachable')
  const status = error.$metadata.httpStatusCode ?? 0
  const known = reasons[error.name]
  const isNumber = error.name.startsWith('InvalidParameter') && error.message.includes('PhoneNumber')
  const reason = isNumber
    ? 'number-refused'
    : (known ?? (status >= 500 ? 'provider-unreachable' : 'provider-refused'))
  return sendFailed(reason, { status, providerCode: error.name })
}
