import type { FastifyInstance, FastifySchema } from 'fastify'
import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { AdminAccess, Permission, Route } from '../../shared/contract.ts'
import { problemSchema } from '../../shared/errors.ts'
import { productVersion } from '../../shared/version.ts'
import type { RoutePermission } from './permission.ts'

/** What the documentation says about each permission; one entry for each, or this does not compile. */
const permissionText = {
  public: 'Anyone; the request carries its own proof where one is needed.',
  transaction: 'Bearer token of an open sign-in, step-up or enrolment.',
  session: 'Bearer token of a session.',
  fresh: 'Bearer token of a session whose second factor is young; else `STEP_UP_REQUIRED`.',
  lease: 'Basic authentication with a lease’s id and secret.',
  'admin-read-users': 'Any system user; sub-administrators see own users only.',
  'admin-change-users': 'Administrators, sub-administrators for own users, API users.',
  'admin-read-server': 'Any system user but sub-administrators.',
  'admin-change-server': 'Administrators and API users.',
} as const satisfies Record<Permission, string>

const adminSecurity = [{ sessionToken: [] }, { apiToken: [] }] as const

const proofText = {
  session: 'A session needs a second factor at its sign-in.',
  fresh: 'A session needs a second factor that is minutes old; else `STEP_UP_REQUIRED`.',
  grant: 'A session needs the grant of a step-up for exactly this; else `STEP_UP_REQUIRED`.',
} as const satisfies Record<AdminAccess['proof'], string>

function adminText({ token, proof }: AdminAccess): string {
  const tokens = token === null ? 'No API token may.' : `API tokens need the scope \`${token}\`.`
  return `${proofText[proof]} ${tokens}`
}

const securityOf = {
  public: [],
  transaction: [{ transactionToken: [] }],
  session: [{ sessionToken: [] }],
  fresh: [{ sessionToken: [] }],
  lease: [{ lease: [] }],
  'admin-read-users': adminSecurity,
  'admin-change-users': adminSecurity,
  'admin-read-server': adminSecurity,
  'admin-change-server': adminSecurity,
} as const satisfies Record<Permission, readonly Readonly<Record<string, readonly string[]>>[]>

const problemResponse = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
})

/** The part of a route that describes it: types, permission, answers. */
export function routeDocumentation(name: string, route: Route): FastifySchema {
  const documentation = {
    operationId: name,
    summary: route.summary,
    description: `Permission: \`${route.permission}\`. ${permissionText[route.permission]}${route.admin === undefined ? '' : ` ${adminText(route.admin)}`}`,
    tags: [route.path.split('/')[1] ?? 'server'],
    security: securityOf[route.permission],
    'x-permission': route.permission,
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response: {
      200: { description: 'Done', content: { 'application/json': { schema: route.reply } } },
      '4xx': problemResponse('What the caller must do differently; `code` says what'),
      '5xx': problemResponse('The server could not; `errorId` finds it in the server’s log'),
    },
  }
  return documentation
}

/**
 * `/api/openapi.json` and, from the program's own files, a page to browse it at `/api/docs`. Must be called
 * before the routes it documents are registered.
 */
export async function registerOpenApi(app: FastifyInstance, permission: RoutePermission): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast server',
        version: productVersion,
        description:
          'Signing in, devices, backup sets, leases and administration. Backup data itself travels as the restic REST protocol, version 2, below `/restic/`.',
        license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      },
      components: {
        securitySchemes: {
          sessionToken: { type: 'http', scheme: 'bearer', description: 'Ends a sign-in (`signed-in`).' },
          transactionToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'From `signInStart` or `stepUp`.',
          },
          apiToken: { type: 'http', scheme: 'bearer', description: 'Made by an administrator.' },
          lease: { type: 'http', scheme: 'basic', description: 'User: lease id. Password: lease secret.' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, permission }
      route.schema = { ...route.schema, hide: true }
    })
    docs.get('/api/openapi.json', { schema: {} }, () => app.swagger())
    await docs.register(swaggerUi, {
      routePrefix: '/api/docs',
      theme: { title: 'Holdfast API' },
      uiConfig: { deepLinking: true, tryItOutEnabled: false, supportedSubmitMethods: [] },
      // Everything from this server; the page's inline styles are swagger-ui's own.
      staticCSP: {
        'default-src': "'none'",
        'script-src': "'self'",
        'style-src': "'self' 'unsafe-inline'",
        'img-src': "'self' data:",
        'connect-src': "'self'",
        'base-uri': "'none'",
        'form-action': "'none'",
        'frame-ancestors': "'none'",
      },
    })
  })
}
