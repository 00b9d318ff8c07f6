/** A command did its work and found faults, which it has printed: exit code 3 (shared/errors.ts). */
export class FaultsFound extends Error {
  constructor() {
    super('Faults were found.')
    this.name = 'FaultsFound'
  }
}
