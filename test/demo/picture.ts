import type { StepResult } from './report.ts'

const lineHeight = 20
const charWidth = 8.4
const margin = 24
const widest = 108

/** The demo's output as it looks in a terminal, as an SVG of plain text. */
export function pictureOf(results: readonly StepResult[], summary: string): string {
  const lines = [
    row('$ npm run demo', '#e6edf3'),
    ...results.flatMap(({ title, seconds, outcome, notes }) => [
      `<tspan fill="${outcome === 'kept' ? '#3fb950' : '#f85149'}">${outcome === 'kept' ? '✓' : '✗'}</tspan>` +
        `<tspan fill="#e6edf3"> ${escape(title)}</tspan><tspan fill="#7d8590"> ${seconds.toFixed(1)} s</tspan>`,
      ...notes.flatMap(wrapped).map((line) => row(`    ${line}`, '#7d8590')),
    ]),
    row('', '#e6edf3'),
    row(summary, '#3fb950'),
  ]
  const height = lines.length * lineHeight + 2 * margin
  const width = Math.round(widest * charWidth + 2 * margin)
  const texts = lines.map((line, index) => {
    const y = margin + (index + 0.75) * lineHeight
    return `<text x="${margin}" y="${y}" xml:space="preserve">${line}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The demo in a terminal">
<rect width="100%" height="100%" rx="10" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">
${texts.join('\n')}
</g>
</svg>
`
}

function row(text: string, colour: string): string {
  return `<tspan fill="${colour}">${escape(text)}</tspan>`
}

function wrapped(note: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of note.split(' ')) {
    if (line.length + word.length > widest - 6) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
