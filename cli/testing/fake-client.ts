import { answer } from '../../shared/answer.ts'
import type {
  AppStatus,
  ClientApi,
  ClientEvent,
  ClientEventPayload,
  ClientHandlers,
  ClientRequest,
} from '../../shared/client-api.ts'
import { plainInstallation } from '../../shared/model/installation.ts'
import { AppError, type ErrorCode, type ErrorDetails } from '../../shared/errors.ts'
import { createEvents } from '../../core/events.ts'

export interface FakeClient extends ClientApi {
  /** Every request in its order, as the handler saw it. */
  readonly requests: { readonly name: ClientRequest; readonly input: unknown }[]
  emit<E extends ClientEvent>(name: E, payload: ClientEventPayload<E>): void
}

/** A client whose handlers are a test's own. It parses and replies as the real one does; what is not given fails. */
export function fakeClient(handlers: Partial<ClientHandlers>): FakeClient {
  const requests: { name: ClientRequest; input: unknown }[] = []
  const events = createEvents((error) => {
    throw error
  })
  const all = new Proxy(handlers, {
    get: (given, name: ClientRequest) => (input: never) => {
      requests.push({ name, input })
      const handler = given[name]
      if (handler === undefined) throw new Error(`The test did not expect the request ${name}.`)
      return handler(input)
    },
  }) as ClientHandlers
  return {
    requests,
    emit: (name, payload) => events.emit(name, payload),
    on: (name, listener) => events.on(name, listener),
    request: async (name, input) =>
      (await answer(all, name, input, (error) => {
        throw error
      })) as never,
  }
}

/** A handler that refuses at first: the given failures one after the other, then what `then` answers. */
export function failingFirst<I, O>(
  failures: readonly (readonly [ErrorCode, ErrorDetails?])[],
  then: (input: I) => O,
): (input: I) => Promise<O> {
  const left = Array.from(failures)
  return (input) => {
    const failure = left.shift()
    if (failure === undefined) return Promise.resolve(then(input))
    const [code, details] = failure
    return Promise.reject(new AppError(code, `Refused: ${code}.`, details === undefined ? {} : { details }))
  }
}

export function appStatus(change: Partial<AppStatus> = {}): AppStatus {
  return {
    version: '0.1.0',
    profilePath: '/home/anna/.local/share/holdfast',
    installation: plainInstallation,
    server: { address: 'https://backup.example', allowInsecure: false, caFile: null },
    proxy: { settings: { kind: 'system' }, hasPassword: false, inUse: null },
    loginName: 'anna',
    session: null,
    device: null,
    secretStore: { kind: 'system', state: 'ready', place: 'the system’s keyring' },
    key: null,
    engine: { version: '0.18.1', path: '/usr/bin/restic', keepsOldest: true },
    running: [],
    needsSecondFactor: false,
    isScheduling: true,
    nextRuns: [],
    showsFirstSteps: false,
    pendingRecovery: null,
    ...change,
  }
}
