import { plainPainter, type Question, type Terminal } from './terminal.ts'

/** A terminal without a screen, for tests: answers come from a list, and everything shown is kept. */
export class FakeTerminal implements Terminal {
  readonly isInteractive: boolean
  readonly paint = plainPainter
  readonly results: string[] = []
  readonly remarks: string[] = []
  readonly statuses: string[] = []
  readonly questions: { readonly text: string; readonly isSecret: boolean }[] = []
  readonly #answers: (string | (() => string))[]

  constructor(
    answers: readonly (string | (() => string))[] = [],
    options: { readonly isInteractive?: boolean } = {},
  ) {
    this.#answers = Array.from(answers)
    this.isInteractive = options.isInteractive ?? true
  }

  columns(): number {
    return 80
  }

  out(line: string): void {
    this.results.push(line)
  }

  remark(line: string): void {
    this.remarks.push(line)
  }

  status(line: string): void {
    this.statuses.push(line)
  }

  ask(question: Question): Promise<string | undefined> {
    const text = typeof question.text === 'string' ? question.text : question.text()
    this.questions.push({ text, isSecret: question.isSecret ?? false })
    const answer = this.#answers.shift()
    return Promise.resolve(typeof answer === 'function' ? answer() : answer)
  }

  readAll(): Promise<string> {
    const rest = this.#answers.splice(0).map((answer) => (typeof answer === 'function' ? answer() : answer))
    return Promise.resolve(rest.join('\n'))
  }

  /** Answers that no question asked for: a test that leaves some has misunderstood the dialogue. */
  unusedAnswers(): number {
    return this.#answers.length
  }

  /** Everything a person saw, in no particular order. */
  everything(): string {
    return [...this.results, ...this.remarks, ...this.questions.map((each) => each.text)].join('\n')
  }
}
