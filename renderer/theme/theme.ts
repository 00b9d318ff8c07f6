import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/** Deep sea green: calm, and dark enough in shade 7 for white text (5.5 : 1). */
const tide: MantineColorsTuple = [
  '#ecf8f6',
  '#d8eeea',
  '#b0ddd5',
  '#84cbbf',
  '#5cb9aa',
  '#3aa595',
  '#1f8c7d',
  '#10756a',
  '#0b5f56',
  '#084a44',
]

/** Greys with a little of the sea in them; [0] is text on dark, [7] the page, [6] a card. */
const dark: MantineColorsTuple = [
  '#e3eaea',
  '#b9c6c7',
  '#9aabad',
  '#6b7d80',
  '#3a494c',
  '#2c393c',
  '#1f2a2d',
  '#161f21',
  '#111819',
  '#0b1011',
]

export const theme = createTheme({
  colors: { tide, dark },
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.32,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    "'Inter Variable', system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK JP', 'Noto Sans Arabic', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  headings: {
    fontWeight: '640',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    // Locking the scroll of the page writes a style element, which the content security policy refuses.
    Modal: { defaultProps: { lockScroll: false, centered: true, radius: 'lg' } },
    Button: { defaultProps: { size: 'sm' } },
    Paper: { defaultProps: { radius: 'lg' } },
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: false } } },
  },
})

/** Where the library's own colours fall under a contrast of 4.5 : 1, ours stand instead. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#17211f',
    '--mantine-color-dimmed': '#52625f',
    '--mantine-color-placeholder': '#63716f',
    '--mantine-color-error': '#b42318',
    '--mantine-color-default-border': '#cfd9d7',
    '--mantine-color-anchor': '#0b5f56',
    '--mantine-color-tide-light': '#dff1ed',
    '--mantine-color-tide-light-hover': '#cfe9e4',
    '--mantine-color-tide-light-color': '#0b5f56',
    '--hf-page': '#f3f6f5',
    '--hf-card': '#ffffff',
    '--hf-sidebar': '#eaf0ee',
    '--hf-line': '#dde5e3',
    '--hf-soft': '#eef3f2',
    '--hf-good': '#10756a',
    '--hf-good-soft': '#dff1ed',
    '--hf-warn': '#8a5300',
    '--hf-warn-soft': '#fdf0d5',
    '--hf-warn-mark': '#e0a030',
    '--hf-bad': '#b42318',
    '--hf-bad-soft': '#fde7e4',
    '--hf-bad-mark': '#d6453a',
    '--hf-quiet-mark': '#c3cecb',
    '--hf-shadow': '0 1px 2px rgb(16 40 36 / 6%), 0 4px 16px rgb(16 40 36 / 5%)',
  },
  dark: {
    '--mantine-color-body': '#1b2527',
    '--mantine-color-text': '#e3eaea',
    '--mantine-color-dimmed': '#a3b4b5',
    '--mantine-color-placeholder': '#93a5a7',
    '--mantine-color-error': '#ff9c92',
    '--mantine-color-default-border': '#3c4b4e',
    '--mantine-color-anchor': '#7fd3c5',
    '--mantine-color-tide-light': '#173a36',
    '--mantine-color-tide-light-hover': '#1d4842',
    '--mantine-color-tide-light-color': '#8fe0d2',
    '--hf-page': '#131a1c',
    '--hf-card': '#1b2527',
    '--hf-sidebar': '#0f1617',
    '--hf-line': '#2b383b',
    '--hf-soft': '#222e31',
    '--hf-good': '#6fd0bf',
    '--hf-good-soft': '#173a36',
    '--hf-warn': '#f2c26b',
    '--hf-warn-soft': '#3b2e14',
    '--hf-warn-mark': '#d99b2b',
    '--hf-bad': '#ff9c92',
    '--hf-bad-soft': '#43201d',
    '--hf-bad-mark': '#e5675b',
    '--hf-quiet-mark': '#415053',
    '--hf-shadow': '0 1px 2px rgb(0 0 0 / 30%)',
  },
})
