import type { TFunction } from 'i18next'

/** The eye of a password field: named for screen readers and reached by the keyboard. */
export function passwordVisibility(t: TFunction) {
  return { 'aria-label': t('password.show'), tabIndex: 0 } as const
}
