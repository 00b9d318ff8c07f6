import { Option, type Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import type { BackupSet } from '../../shared/model/backup-set.ts'
import { askChoice, askYesNo, remark } from '../ask.ts'
import type { CommandContext } from '../context.ts'
import { matchSet } from '../find-set.ts'
import { formatCount, formatSize } from '../format/size.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { readKit } from '../kit/read-kit.ts'
import { request } from '../request.ts'
import { connectServer, type ServerOptions } from '../sign-in/connect-server.ts'
import { withProxyOptions } from '../sign-in/proxy-options.ts'
import { ensureSecretStore } from '../sign-in/ensure-secret-store.ts'
import { signIn } from '../sign-in/sign-in.ts'
import { restore, withRestoreOptions, type RestoreOptions } from './restore.ts'
import { parseSecretStore } from '../parse/secret-store.ts'
import type { SecretStoreKind } from '../../shared/client-api.ts'

interface RecoverOptions extends ServerOptions, RestoreOptions {
  readonly kit?: string
  readonly user?: string
  readonly set?: string
  readonly adopt?: boolean
  readonly secretStore?: SecretStoreKind
  readonly saveBackupCodes?: string
}

export function addRecover(program: Command, host: Host): void {
  withRestoreOptions(
    withProxyOptions(program.command('recover'))
      .description('get your files back on a new computer: recovery kit, second factor, restore')
      .argument('[paths...]', 'paths inside the snapshot; everything without any')
      .option('--kit <file>', 'file with the recovery kit; - for stdin')
      .addOption(
        new Option('--server <address>', 'address of the server; the kit names it too').env(
          'HOLDFAST_SERVER',
        ),
      )
      .option('--allow-insecure', 'permit plain http to an address that is not this computer')
      .option('--ca-file <file>', 'certificate of the authority that the server’s certificate is from')
      .option('--user <name>', 'login name; the kit names it too')
      .option('--password-stdin', 'read the password from the next line of stdin')
      .option('--secret-store <kind>', 'where secrets are kept: system or file', parseSecretStore)
      .option('--save-backup-codes <file>', 'write new backup codes to a new file instead of the screen')
      .option('--set <set>', 'name or id of the backup set')
      .option('--adopt', 'make this computer the one that runs the set from now on'),
  ).action(host.run(recover))
}

async function recover(
  context: CommandContext,
  paths: readonly string[],
  options: RecoverOptions,
): Promise<number> {
  await ensureSecretStore(context, options.secretStore)
  const kit = await request(context, 'kit.import', { kitText: await readKit(context, options.kit) })
  remark(context, 'The key of the kit is on this computer now.')
  const address = options.server ?? kit.serverAddress
  await connectServer(context, { ...options, ...(address === null ? {} : { server: address }) })
  await signIn(context, { ...options, loginName: options.user ?? kit.loginName ?? undefined })
  const { backupSets } = await request(context, 'sets.list', {})
  const set = await chooseSet(context, backupSets, options.set, kit.keyId)
  const exitCode = await restore(context, set, paths, options)
  if (exitCode === 0 || exitCode === 3) await adopt(context, set, options)
  return exitCode
}

async function chooseSet(
  context: CommandContext,
  backupSets: readonly BackupSet[],
  word: string | undefined,
  keyId: BackupSet['keyId'],
): Promise<BackupSet> {
  const openable = backupSets.filter((set) => set.keyId === keyId)
  if (openable.length === 0) {
    throw new AppError('KEY_MISSING', 'No backup set of this account was made with the key of this kit.')
  }
  const isAsked = word === undefined && openable.length > 1 && context.terminal.isInteractive
  if (!isAsked) return matchSet(openable, word)
  const choices = openable.map((set) => ({
    text: `${printable(set.definition.name)}: ${formatCount(set.snapshotCount, 'snapshot')}, ${formatSize(set.storedBytes)}`,
    value: set,
  }))
  return askChoice(context, 'backup set (--set)', 'Which backup set?', choices)
}

/** Only whoever says so takes a set over: the old computer would stop backing it up. */
async function adopt(context: CommandContext, set: BackupSet, options: RecoverOptions): Promise<void> {
  const mayAsk = context.terminal.isInteractive && !context.manner.isNonInteractive
  const text = `Shall this computer back up ${printable(set.definition.name)} from now on, instead of the old one?`
  const isWanted = options.adopt ?? (mayAsk && (await askYesNo(context, 'adoption (--adopt)', text, false)))
  if (!isWanted) return
  await request(context, 'devices.enrol', {})
  await request(context, 'sets.adopt', { backupSetId: set.id })
  remark(context, `This computer runs ${printable(set.definition.name)} now.`)
}
