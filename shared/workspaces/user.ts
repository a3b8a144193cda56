import * as z from 'zod'
import { idPattern } from '../kernel/ids.ts'
import { roleSchema } from './roles.ts'

export const userId = z.string().regex(idPattern('user'))

const personName = z.string().trim().min(1).max(100)
const email = z.string().trim().toLowerCase().max(254).pipe(z.email())

/** A person in a workspace, as answered. */
export const userSchema = z.object({
  id: userId,
  workspaceId: z.string(),
  name: personName,
  email: z.string(),
  role: roleSchema,
  /** `invited` until the person signs in for the first time with this verified address. */
  state: z.enum(['invited', 'active']),
  version: z.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
})
export type User = z.infer<typeof userSchema>

/** … and as stored: `subject` is who the issuer says they are (`issuer#sub`), once they signed in. */
export const storedUser = userSchema.extend({ subject: z.string().optional() })

export const newUser = z.object({ name: personName, email, role: roleSchema })
export type NewUser = z.infer<typeof newUser>

export const userChange = z.object({ name: personName, role: roleSchema }).partial()
export type UserChange = z.infer<typeof userChange>

/** Who a token's subject is in a workspace; also kept below the address a person was invited by. */
export const membershipSchema = z.object({ workspaceId: z.string(), userId: z.string() })
export const subjectOf = (issuer: string, subject: string) => `${issuer}#${subject}`
export const invitedSubject = (address: string) => `email:${address}`
