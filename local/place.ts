import { randomBytes } from 'node:crypto'

/** Where the one-machine stage pretends to be. Nothing leaves the machine: the account does not exist. */
export const region = 'eu-west-3'
export const account = '000000000000'

export interface Credentials {
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
}

/** Of one start. What is signed with them is good until the next. */
export const newCredentials = (): Credentials => ({
  AWS_ACCESS_KEY_ID: `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`,
  AWS_SECRET_ACCESS_KEY: randomBytes(30).toString('base64url'),
})

export const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`
