import { posix } from 'node:path'

/** Where a Linux desktop looks for what to start at sign-in (XDG Autostart Specification). */
export function autostartPath(env: Readonly<Record<string, string | undefined>>, homeFolder: string): string {
  const chosen = env['XDG_CONFIG_HOME']
  // The specification: a relative path is to be ignored.
  const config = chosen?.startsWith('/') === true ? chosen : posix.join(homeFolder, '.config')
  return posix.join(config, 'autostart', 'holdfast.desktop')
}

/** The entry that starts Holdfast in the background (XDG Desktop Entry Specification). */
export function autostartEntry(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Holdfast',
    `Exec=${quoted(program)} --background`,
    'Icon=holdfast',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}

/**
 * Quotes an argument of Exec: backslash, double quote, backtick and dollar are escaped twice, once for the
 * argument and once for the string value; a percent sign would begin a field code.
 */
function quoted(argument: string): string {
  const inside = argument.replaceAll(/[\\"`$]/g, String.raw`\$&`).replaceAll('%', '%%')
  return `"${inside.replaceAll('\\', String.raw`\\`)}"`
}
