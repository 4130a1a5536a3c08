/** Bars with a common heading, for example the variants of one framework. */
export interface BarGroup {
  readonly name: string
  readonly bars: readonly Bar[]
}

interface Bar {
  readonly label: string
  readonly value: number
  /** Whether the bar has the color of Faultline. */
  readonly isHighlighted: boolean
}

const WIDTH = 760
const LABEL_WIDTH = 220
const VALUE_WIDTH = 80
const BAR_HEIGHT = 16
const ROW_HEIGHT = 20
const HEADING_HEIGHT = 28
const MARGIN = 16
const COLORS = { background: '#ffffff', text: '#1f2328', bar: '#a9b4c0', highlight: '#1f6feb' }

/** Draws horizontal bars as an SVG document. */
export function drawBarPlot(title: string, unit: string, groups: readonly BarGroup[]): string {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH - 2 * MARGIN) / largest
  let y = MARGIN + HEADING_HEIGHT
  const lines: string[] = []
  for (const { name, bars } of groups) {
    y += HEADING_HEIGHT
    lines.push(text(MARGIN, y - 8, name, 'font-weight="600"'))
    for (const bar of bars) {
      lines.push(...drawBar(bar, y, scale, unit))
      y += ROW_HEIGHT
    }
  }
  const height = y + MARGIN
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escape(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="${COLORS.background}"/>`,
    text(MARGIN, MARGIN + 12, title, 'font-size="15" font-weight="600"'),
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

function drawBar({ label, value, isHighlighted }: Bar, y: number, scale: number, unit: string): string[] {
  const x = MARGIN + LABEL_WIDTH
  const width = round(value * scale)
  const baseline = y + BAR_HEIGHT - 4
  return [
    text(x - 8, baseline, label, 'text-anchor="end"'),
    `<rect x="${x}" y="${y}" width="${width}" height="${BAR_HEIGHT}" fill="${isHighlighted ? COLORS.highlight : COLORS.bar}"/>`,
    text(round(x + width + 6), baseline, `${value.toPrecision(3)} ${unit}`),
  ]
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" fill="${COLORS.text}" ${attributes}>${escape(content)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
