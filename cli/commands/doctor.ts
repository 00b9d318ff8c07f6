import type { Command } from 'commander'
import type { DoctorCheck } from '../../shared/client-api.ts'
import { printable } from '../format/width.ts'
import type { Host } from '../host.ts'
import { result } from '../output.ts'
import { request } from '../request.ts'
import type { Painter, Style } from '../terminal/terminal.ts'

const marks: Record<DoctorCheck['state'], readonly [Style, string]> = {
  ok: ['green', 'ok     '],
  warning: ['yellow', 'warning'],
  failed: ['red', 'FAILED '],
}

export function addDoctor(program: Command, host: Host): void {
  program
    .command('doctor')
    .description('check this computer’s Holdfast and say what to do; exit code 3 when there are faults')
    .action(
      host.run(async (context) => {
        const { checks } = await request(context, 'doctor.run', {})
        result(context, { checks }, () =>
          checks.flatMap((check) => checkLines(check, context.terminal.paint)),
        )
        // As `holdfast-server doctor` does.
        return checks.some((check) => check.state === 'failed') ? 3 : 0
      }),
    )
}

function checkLines(check: DoctorCheck, paint: Painter): string[] {
  const [style, mark] = marks[check.state]
  const advice = check.advice === null ? [] : [`           ${printable(check.advice)}`]
  return [`${paint(style, mark)}  ${printable(check.name)}: ${printable(check.summary)}`, ...advice]
}
