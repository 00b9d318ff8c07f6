/** The only channels between the window and this process. Each is in one direction and has one meaning. */
export const channels = {
  clientRequest: 'holdfast:client-request',
  clientEvent: 'holdfast:client-event',
  hostRequest: 'holdfast:host-request',
  hostEvent: 'holdfast:host-event',
} as const
