// A vitest reporter that writes why tests were skipped, which vitest's own JSON report leaves out.
import { writeFileSync } from 'node:fs'
import process from 'node:process'

export default class SkipReasons {
  onTestRunEnd(modules) {
    const skipped = []
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        const reason =
          test.result().note ?? (test.options.mode === 'todo' ? 'to be written' : 'no reason given')
        skipped.push({ file: module.relativeModuleId, name: test.fullName, reason })
      }
    }
    writeFileSync(process.env.HOLDFAST_SKIP_REASONS, JSON.stringify(skipped))
  }
}
