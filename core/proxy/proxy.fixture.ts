import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** A real proxy that carries connections (CONNECT) and plain requests, and asks for a password where it has one. */
export interface TestProxy {
  readonly address: string
  /** What it was asked for: method, target and headers; never what is inside a tunnel. */
  readonly asked: string[]
  /** Bytes that went through its tunnels. */
  carriedBytes(): number
  /** What it answers to CONNECT from now on instead of connecting; undefined = connects again. */
  refuse(statusLine: string | undefined): void
  stop(): Promise<void>
}

export interface TestProxyOptions {
  readonly loginName?: string
  readonly password?: string
  /** Names that only this proxy knows, and the ports of this computer behind them. */
  readonly names?: Readonly<Record<string, number>>
}

export async function startProxy(options: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  let carried = 0
  let refusal: string | undefined
  const wanted =
    options.loginName === undefined
      ? undefined
      : `Basic ${Buffer.from(`${options.loginName}:${options.password ?? ''}`).toString('base64')}`
  const isLetIn = ({ headers }: IncomingMessage): boolean =>
    wanted === undefined || headers['proxy-authorization'] === wanted
  const note = ({ method, url, headers }: IncomingMessage): void =>
    void asked.push(`${String(method)} ${String(url)} ${JSON.stringify(headers)}`)

  const server = createServer((request, response) => {
    note(request)
    const challenge = { 'proxy-authenticate': 'Basic realm="test"' }
    if (!isLetIn(request)) return void response.writeHead(407, challenge).end('sign in')
    return void response.writeHead(403).end('<html>no plain requests here</html>')
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('connect', (request, client: Socket) => {
    note(request)
    client.on('error', () => client.destroy())
    if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`)
    if (!isLetIn(request)) {
      const challenge = 'proxy-authenticate: Basic realm="test"'
      return void client.end(
        `HTTP/1.1 407 Proxy Authentication Required\r\n${challenge}\r\ncontent-length: 0\r\n\r\n`,
      )
    }
    const [name = '', port = ''] = String(request.url).split(':')
    const target = connect(options.names?.[name] ?? Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    for (const each of [target, client]) each.on('data', (bytes: Buffer) => (carried += bytes.length))
    target.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n'))
    target.on('close', () => client.destroy())
    client.on('close', () => target.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    carriedBytes: () => carried,
    refuse: (statusLine) => {
      refusal = statusLine
    },
    stop: () => end(server, sockets),
  }
}

async function end(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  for (const socket of sockets) socket.destroy()
  await closed
}
