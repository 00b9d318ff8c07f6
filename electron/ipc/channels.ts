/** The only channels between the window and this process. Each is in one direction and has one meaning. */
export const channels = {
  clientRequest: 'holdfast:client-request',
  clientEvent: 'holdfast:client-event',
  hostRequest: 'holdfast:host-request',
  /** Tells the page which screen a link, a menu or a notification asks for. */
  screenAsked: 'holdfast:screen-asked',
} as const

/** How the preset reaches the preload script, which cannot wait for an answer: as an argument of its process. */
export const presetArgument = '--holdfast-preset='
