import { describe, expect, it } from 'vitest'
import { readStage } from '../../infra/stage.ts'

describe('the settings of a stage', () => {
  it('keep data, and let people sign in with a pool of its own, unless told otherwise', () => {
    expect(readStage({})).toMatchObject({ name: 'dev', keepData: true, oidc: 'cognito', allowPrivateHosts: false })
  })

  it('come from the context of the stage, and from the environment before that', () => {
    const stages = {
      qa: { logRetentionDays: 7, keepData: false, mailFrom: 'qa@example.com' },
      prod: { logRetentionDays: 90 },
    }
    const qa = readStage({ PARVIS_STAGE: 'qa', PARVIS_LOG_RETENTION_DAYS: '3', PARVIS_KEEP_DATA: 'true' }, stages)
    expect(qa).toMatchObject({ name: 'qa', logRetentionDays: 3, keepData: true, mailFrom: 'qa@example.com' })
  })

  it('take an issuer with its audience', () => {
    const env = { PARVIS_OIDC_ISSUER: 'https://login.example.com/', PARVIS_OIDC_AUDIENCE: 'parvis' }
    expect(readStage(env).oidc).toEqual({ issuer: 'https://login.example.com', audience: 'parvis' })
    expect(() => readStage({ PARVIS_OIDC_ISSUER: 'https://login.example.com' })).toThrow(/oidc/)
  })

  it.each([
    ['PARVIS_STAGE', 'Prod!', /name/],
    ['PARVIS_LOG_RETENTION_DAYS', '8', /logRetentionDays/],
    ['PARVIS_MAIL_FROM', 'nobody', /mailFrom/],
    ['PARVIS_ALARM_MAIL', 'nobody', /alarmMail/],
    ['PARVIS_PUBLIC_URL', 'ftp://example.com', /publicUrl/],
  ])('name %s when it is wrong', (name, value, message) => {
    expect(() => readStage({ [name]: value })).toThrow(message)
  })

  it('name a setting that does not exist', () => {
    expect(() => readStage({}, { dev: { logRetention: 3 } })).toThrow(/logRetention/)
  })

  it('let private hosts be reached on one machine only', () => {
    expect(() => readStage({ PARVIS_ALLOW_PRIVATE_HOSTS: 'true' })).toThrow(/allowPrivateHosts/)
    expect(readStage({ PARVIS_STAGE: 'local', PARVIS_ALLOW_PRIVATE_HOSTS: 'true' }).allowPrivateHosts).toBe(true)
  })
})
