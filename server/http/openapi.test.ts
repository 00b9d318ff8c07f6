import { expect, it } from 'vitest'
import { z } from 'zod'
import { apiPrefix, routes, type RouteName } from '../../shared/routes.ts'
import { httpFixture } from './http.fixture.ts'

const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string().optional(),
        security: z.array(z.record(z.string(), z.array(z.string()))),
        'x-permission': z.string(),
        responses: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
  components: z.object({
    schemas: z.record(z.string(), z.unknown()),
    securitySchemes: z.record(z.string(), z.unknown()),
  }),
})

async function openApiDocument() {
  const { app, close } = await httpFixture()
  const answer = await app.inject({ url: '/api/openapi.json' })
  await close()
  return { text: answer.body, document: documentSchema.parse(answer.json()) }
}

it('the OpenAPI document states every route of the contract with its permission and its problems', async () => {
  const { document } = await openApiDocument()
  expect(document.openapi).toBe('3.1.0')
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, path, permission } = routes[name]
    const documented = `${apiPrefix}${path}`.replaceAll(/:(\w+)/g, '{$1}')
    const operation = document.paths[documented]?.[method.toLowerCase()]
    expect(operation, name).toMatchObject({ operationId: name, 'x-permission': permission })
    expect(operation?.security.length === 0, name).toBe(permission === 'public')
    expect(Object.keys(operation?.responses ?? {}), name).toEqual(['200', '4XX', '5XX'])
  }
})

it('the OpenAPI document refers only to what it holds', async () => {
  const { text, document } = await openApiDocument()
  const references = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '')
  expect(references.length).toBeGreaterThan(20)
  for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name)
  const schemes = Object.keys(document.components.securitySchemes)
  for (const path of Object.values(document.paths))
    for (const { security } of Object.values(path))
      for (const name of security.flatMap((each) => Object.keys(each))) expect(schemes).toContain(name)
})
