export interface ServiceCommand {
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export const serviceKinds = ['systemd', 'launchd'] as const
export type ServiceKind = (typeof serviceKinds)[number]

/** The text of a service definition for one user; the operating system starts it at sign-in and keeps it up. */
export function serviceDefinition(kind: ServiceKind, command: ServiceCommand): string {
  return kind === 'systemd' ? systemdUnit(command) : launchdAgent(command)
}

/** systemd.exec(5), systemd.syntax(7): `%` starts a specifier, `$` a variable, and `"` quotes with C escapes. */
function systemdUnit({ program, args, environment }: ServiceCommand): string {
  const quoted = (text: string, doubleDollar: boolean): string => {
    const escaped = text.replace(/[\\"]/g, '\\$&').replace(/%/g, '%%')
    return `"${doubleDollar ? escaped.replace(/\$/g, '$$$$') : escaped}"`
  }
  return [
    '# Save as ~/.config/systemd/user/holdfast.service, then:',
    '#   systemctl --user enable --now holdfast',
    '#   loginctl enable-linger     # also while you are not signed in',
    '[Unit]',
    'Description=Holdfast backups',
    'After=network-online.target',
    '',
    '[Service]',
    `ExecStart=${[program, ...args].map((each) => quoted(each, true)).join(' ')}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`, false)}`),
    'Restart=on-failure',
    'RestartSec=30',
    'Nice=10',
    'NoNewPrivileges=yes',
    '',
    '[Install]',
    'WantedBy=default.target',
  ].join('\n')
}

/** launchd.plist(5) */
function launchdAgent({ program, args, environment }: ServiceCommand): string {
  const string = (text: string): string => `<string>${escapeXml(text)}</string>`
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!-- Save as ~/Library/LaunchAgents/holdfast.plist, then:',
    '     launchctl bootstrap gui/$UID ~/Library/LaunchAgents/holdfast.plist -->',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    '<dict>',
    '  <key>Label</key><string>holdfast</string>',
    '  <key>ProgramArguments</key>',
    '  <array>',
    ...[program, ...args].map((each) => `    ${string(each)}`),
    '  </array>',
    '  <key>EnvironmentVariables</key>',
    '  <dict>',
    ...Object.entries(environment).map(
      ([name, value]) => `    <key>${escapeXml(name)}</key>${string(value)}`,
    ),
    '  </dict>',
    '  <key>RunAtLoad</key><true/>',
    '  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>',
    '  <key>ProcessType</key><string>Background</string>',
    '</dict>',
    '</plist>',
  ].join('\n')
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
