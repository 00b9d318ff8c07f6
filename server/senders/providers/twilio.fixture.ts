import {
  basicCredentials,
  isForm,
  jsonAnswer,
  startStandIn,
  type StandIn,
  type StandInAnswer,
} from '../stand-in.fixture.ts'

export const twilioAccount = {
  accountSid: 'AC00000000000000000000000000000000',
  authToken: 'test auth:töken',
}

export interface TwilioStandIn extends StandIn {
  readonly messages: { readonly to: string; readonly text: string; readonly sender: string }[]
  readonly calls: { readonly to: string; readonly twiml: string; readonly sender: string }[]
}

/** https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export function twilioProblem(status: number, code: number, message: string): StandInAnswer {
  return jsonAnswer(status, {
    code,
    message,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  })
}

/**
 * A stand-in for Twilio that takes only what its documentation describes: "Create a Message"
 * (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource) and "Create a Call"
 * (https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource): POST to the account's
 * Messages.json or Calls.json, HTTP Basic with account SID and auth token, a form. 201 with the resource, or an
 * error. More than `perSecond` requests at once are 429 with code 20429
 * (https://www.twilio.com/docs/api/errors/20429).
 */
export async function startTwilio(perSecond = 1000): Promise<TwilioStandIn> {
  const messages: TwilioStandIn['messages'] = []
  const calls: TwilioStandIn['calls'] = []
  const { accountSid, authToken } = twilioAccount
  let asked = 0
  const standIn = await startStandIn((request) => {
    asked += 1
    const resource = new RegExp(`^/2010-04-01/Accounts/${accountSid}/(Messages|Calls)\\.json$`).exec(
      request.url,
    )?.[1]
    if (request.method !== 'POST') return twilioProblem(405, 20004, 'Method not allowed')
    if (resource === undefined) return twilioProblem(404, 20404, 'Not found')
    const given = basicCredentials(request)
    if (given?.user !== accountSid || given.password !== authToken)
      return twilioProblem(401, 20003, 'Authenticate')
    if (asked > perSecond) return twilioProblem(429, 20429, 'Too many requests')
    if (!isForm(request)) return twilioProblem(415, 20001, 'Unsupported media type')
    const form = new URLSearchParams(request.body)
    const field = (name: string): string => form.get(name) ?? ''
    const [to, from] = [field('To'), field('From')]
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      return twilioProblem(400, resource === 'Calls' ? 13224 : 21211, 'Invalid To')
    if (resource === 'Calls') {
      const twiml = field('Twiml')
      if (!/^\+[1-9]\d{6,14}$/.test(from)) return twilioProblem(400, 21212, 'Invalid From')
      if (twiml === '' && field('Url') === '') return twilioProblem(400, 21205, 'Url or Twiml required')
      if (twiml.length > 4000) return twilioProblem(400, 21243, 'Twiml too long')
      calls.push({ to, twiml, sender: from })
      return jsonAnswer(201, { sid: 'CA00000000000000000000000000000000', status: 'queued', to, price: null })
    }
    const service = field('MessagingServiceSid')
    if (field('Body') === '') return twilioProblem(400, 21602, 'Body is required')
    if (field('Body').length > 1600) return twilioProblem(400, 21617, 'Body too long')
    if ((from === '') === (service === '')) return twilioProblem(400, 21603, 'A sender is required')
    if (service !== '' && !service.startsWith('MG'))
      return twilioProblem(400, 21703, 'Unknown messaging service')
    messages.push({ to, text: field('Body'), sender: from === '' ? service : from })
    const sid = 'SM00000000000000000000000000000000'
    return jsonAnswer(201, { sid, status: 'queued', to, price: '-0.00750', price_unit: 'USD' })
  })
  return Object.assign(standIn, { messages, calls })
}
