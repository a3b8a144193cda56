import type { AnyConnector } from '../networks/network.ts'

const day = 24 * 3_600_000

/** Fewer days than this, and who runs the deployment is told: time enough to move to the next version. */
export const soonDays = 60

export interface VersionEnd {
  readonly network: string
  readonly version: string
  readonly worksAtLeastUntil: string
  /** Whole days until the end of that day (UTC); negative once it is over. */
  readonly daysLeft: number
  /** Where it says so. */
  readonly file: string
}

/** Until when the API versions that are spoken surely answer; those of which nobody knows are left out. */
export function versionEnds(connectors: readonly AnyConnector[], now: number): VersionEnd[] {
  return connectors.flatMap(({ name, apiVersion }) => {
    const until = apiVersion?.worksAtLeastUntil
    if (apiVersion === undefined || until === undefined) return []
    const daysLeft = Math.floor((Date.parse(`${until}T00:00:00.000Z`) + day - now) / day)
    if (Number.isNaN(daysLeft)) throw new Error(`${name}: "${until}" is no day, as 2028-11-20.`)
    return [
      {
        network: name,
        version: apiVersion.name,
        worksAtLeastUntil: until,
        daysLeft,
        file: `shared/networks/${name}/index.ts (apiVersion)`,
      },
    ]
  })
}
