import { ask, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { formatDuration } from '../format/time.ts'
import { printable } from '../format/width.ts'
import { request, requestOnly } from '../request.ts'
import { proxyChoice, type ProxyOptions } from './proxy-options.ts'

export interface ServerOptions extends ProxyOptions {
  readonly server?: string
  readonly allowInsecure?: boolean
  readonly caFile?: string
}

/** Codes of authenticator apps are refused at about this difference. */
const worrySkewMs = 30_000

/** Chooses the server: the one of the flags, the one that this computer has already, or one that is asked for. */
export async function connectServer(context: CommandContext, options: ServerOptions): Promise<void> {
  const { server: known } = await requestOnly(context, 'app.status', {})
  const address =
    options.server ??
    known?.address ??
    (await ask(context, 'server', { text: 'Address of the server: ' })).trim()
  const isKnown = known?.address === address
  const proxy = await proxyChoice(context, options)
  const found = await request(context, 'server.connect', {
    address,
    allowInsecure: options.allowInsecure ?? (isKnown ? known.allowInsecure : false),
    caFile: options.caFile ?? (isKnown ? known.caFile : null),
    ...(proxy === undefined ? {} : { proxy }),
  })
  remark(context, `Server ${printable(found.name)} at ${found.address}`)
  if (Math.abs(found.clockSkewMs) > worrySkewMs) {
    const way = found.clockSkewMs > 0 ? 'behind' : 'ahead of'
    const skew = formatDuration(Math.abs(found.clockSkewMs))
    remark(context, `This computer’s clock is ${skew} ${way} the server’s. Set it right.`)
  }
}
