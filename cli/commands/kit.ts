import type { Command } from 'commander'
import type { CommandContext } from '../context.ts'
import type { Host } from '../host.ts'
import { readKit } from '../kit/read-kit.ts'
import { confirmKit, handOverKit, saveNewKit } from '../kit/save-kit.ts'
import { result } from '../output.ts'
import { request, requestOnly } from '../request.ts'
import { ensureSecretStore } from '../sign-in/ensure-secret-store.ts'

export function addKit(program: Command, host: Host): void {
  const kit = program
    .command('kit')
    .description('the recovery kit: the key to your backups, for a new computer')
  kit
    .command('create')
    .description('make this computer’s key and kit, and confirm that it is kept')
    .option('--file <file>', 'write the kit to a new file (.html: printable) instead of the screen')
    .action(
      host.run(async (context, options: { readonly file?: string }) => {
        await ensureSecretStore(context, undefined)
        await saveNewKit(context, options.file)
        return keyResult(context)
      }),
    )
  kit
    .command('confirm')
    .description('type parts of the kit back')
    .action(
      host.run(async (context) => {
        const { kit: made } = await requestOnly(context, 'kit.create', {})
        await confirmKit(context, made.confirmGroups)
        return keyResult(context)
      }),
    )
  kit
    .command('export')
    .description('show the kit again; asks for your second factor')
    .option('--file <file>', 'write the kit to a new file (.html: printable) instead of the screen')
    .action(
      host.run(async (context, options: { readonly file?: string }) => {
        const { kit: shown } = await request(context, 'kit.export', {})
        await handOverKit(context, shown, options.file)
        return keyResult(context)
      }),
    )
  kit
    .command('import')
    .description('put the key of a kit into this computer’s credential store')
    .argument('[file]', 'file with the kit; - for stdin')
    .action(
      host.run(async (context, file: string | undefined) => {
        await ensureSecretStore(context, undefined)
        const imported = await request(context, 'kit.import', { kitText: await readKit(context, file) })
        result(context, imported, () => [`The key ${imported.keyId} is on this computer now.`])
        return 0
      }),
    )
}

async function keyResult(context: CommandContext): Promise<number> {
  const { key } = await requestOnly(context, 'app.status', {})
  result(context, { key }, () => [
    key === null
      ? 'This computer has no key.'
      : `Key ${key.keyId}: kit ${key.isKitConfirmed ? '' : 'not '}confirmed.`,
  ])
  return 0
}
