import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import { askNewPassword } from '../sign-in/change-password.ts'

export function addPassword(program: Command, host: Host): void {
  program
    .command('password')
    .description('change the password; asks for your second factor')
    .action(
      host.run(async (context) => {
        const currentPassword = await ask(context, 'password', { text: 'Current password: ', isSecret: true })
        const newPassword = await askNewPassword(context)
        await request(context, 'account.changePassword', { currentPassword, newPassword })
        result(context, { isChanged: true }, () => ['The password is changed. Scheduled backups go on.'])
        return 0
      }),
    )
}
