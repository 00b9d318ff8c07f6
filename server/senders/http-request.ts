import type { SendFailureReason } from '../../shared/model/sender.ts'
import { sendFailed } from './provider.ts'

const timeoutMs = 10_000
const maxAnswerBytes = 64 * 1024

export interface ProviderAnswer {
  readonly status: number
  /** Undefined where the answer is no JSON: a proxy's page instead of the provider. */
  readonly json: unknown
}

/**
 * One request to a provider, with a deadline over its whole length.
 *
 * A redirect is a failure: credentials and passcodes go to the configured address and nowhere else.
 *
 * @throws AppError SEND_FAILED `provider-unreachable`
 */
export async function askProvider(
  url: URL,
  request: {
    readonly method: 'GET' | 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string | URLSearchParams
  },
): Promise<ProviderAnswer> {
  let response: Response
  try {
    response = await fetch(url, {
      method: request.method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json', ...request.headers },
      body: request.body ?? null,
    })
  } catch (error) {
    throw sendFailed('provider-unreachable', {}, error)
  }
  // Also read on success, so that the connection can be used again.
  const text = await limitedText(response).catch((error: unknown) => {
    throw sendFailed('provider-unreachable', { status: response.status }, error)
  })
  return { status: response.status, json: jsonOf(text) }
}

/** What a status means where the provider's own code says nothing more exact. */
export function reasonOfStatus(status: number): SendFailureReason {
  if (status === 429) return 'provider-busy'
  return status >= 500 ? 'provider-unreachable' : 'provider-refused'
}

/** RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

async function limitedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Node's types do not say what a body consists of.
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > maxAnswerBytes) throw new Error('The answer of the provider is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
