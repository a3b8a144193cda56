/** Where the one-machine stage pretends to be. Nothing leaves the machine: the account does not exist. */
export const region = 'eu-west-3'
export const account = '000000000000'

/** Static credentials: every stand-in takes any. */
export const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' } as const

export const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`
