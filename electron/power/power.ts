import type { PowerStatus } from '../../core/ports/power-status.ts'

/** Electron's powerMonitor as the scheduler's port. It is read at each question, so nothing goes stale in sleep. */
export function windowPower(monitor: { readonly onBatteryPower: boolean }): PowerStatus {
  return { isOnBattery: () => Promise.resolve(monitor.onBatteryPower) }
}
