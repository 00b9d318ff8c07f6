import { describe, expect, it } from 'vitest'
import { serviceDefinition } from './service-definition.ts'

const command = {
  program: '/opt/my node/bin/node',
  args: ['/opt/50%/$HOME/"hold".mjs', 'daemon'],
  environment: { HOLDFAST_HOME: '/home/anna & bob/<profile>' },
}

describe('a service definition', () => {
  it('for systemd quotes, and lets neither specifiers nor variables through', () => {
    const unit = serviceDefinition('systemd', command)
    expect(unit).toContain('ExecStart="/opt/my node/bin/node" "/opt/50%%/$$HOME/\\"hold\\".mjs" "daemon"\n')
    expect(unit).toContain('Environment="HOLDFAST_HOME=/home/anna & bob/<profile>"\n')
  })

  it('for launchd is well-formed XML', () => {
    const plist = serviceDefinition('launchd', command)
    expect(plist).toContain('<string>/home/anna &#38; bob/&#60;profile&#62;</string>')
    expect(plist).toContain('<string>/opt/50%/$HOME/&#34;hold&#34;.mjs</string>')
    const tags = Array.from(plist.matchAll(/<(\/?[a-z]+)(?:\s[^>]*)?>/g), (match) => match[1] ?? '')
    const open: string[] = []
    for (const tag of tags) {
      if (tag === `/${open.at(-1) ?? ''}`) open.pop()
      else open.push(tag)
    }
    expect(open).toEqual([])
  })
})
