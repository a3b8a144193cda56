/** What must never be true of the code, one line of it at a time. Each must be caught by the tests named. */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** `simulation`, or a test file. */
  readonly caughtBy: string
}

export const mutants: readonly Mutant[] = [
  {
    name: 'writes of a publication are not fenced (no claim condition)',
    file: 'shared/publishing/record.ts',
    find: "    if: ['version', '=', record.version],\n",
    replace: '',
    caughtBy: 'simulation',
  },
  {
    name: 'a time-out is retried',
    file: 'shared/publishing/decide/send.ts',
    find: ': lostAnswer(record, outcome.message, capabilities, now)',
    replace: ': retry(record, outcome.message, { now, random })',
    caughtBy: 'simulation',
  },
  {
    name: 'the started step is not recorded',
    file: 'shared/publishing/running.ts',
    find: 'run: { ...run, step, stepAt: iso(clock.now()) }, startedAt:',
    replace: 'startedAt:',
    caughtBy: 'simulation',
  },
  {
    name: 'a started step counts as never begun after a death',
    file: 'shared/publishing/sender.ts',
    find: "if (run.purpose === 'send' && run.step !== undefined)",
    replace: 'if (run.attempt < 0)',
    caughtBy: 'simulation',
  },
  {
    name: 'it does not hold until its instant',
    file: 'shared/publishing/running.ts',
    find: 'if (early > 0) await clock.sleep(early, this.#abort.signal)',
    replace: '',
    caughtBy: 'simulation',
  },
  {
    name: 'absence is believed of every network',
    file: 'shared/publishing/decide/find.ts',
    find: 'if (capabilities.reconcile.authoritative && !record.resent)',
    replace: 'if (!record.resent)',
    caughtBy: 'simulation',
  },
  {
    name: 'one look is enough',
    file: 'shared/publishing/decide/find.ts',
    find: 'if (!enough || now < settledAt) {',
    replace: 'if (absent.length === 0) {',
    caughtBy: 'simulation',
  },
  {
    name: 'the settle time is not waited for',
    file: 'shared/publishing/decide/find.ts',
    find: 'const settledAt = millis(unknown.since) + capabilities.reconcile.settleSeconds * 1000',
    replace: 'const settledAt = 0',
    caughtBy: 'simulation',
  },
  {
    name: 'the key changes with each attempt',
    file: 'shared/publishing/running.ts',
    find: 'key: `${this.record.id}.${this.record.contentVersion}`,',
    replace: 'key: `${this.record.id}.${this.record.contentVersion}.${this.record.attempts}`,',
    caughtBy: 'simulation',
  },
  {
    name: 'what may be live may be edited',
    file: 'shared/publishing/decide/find.ts',
    find: "change: { ...free, state: 'sending', unknown: { ...unknown, absent: [], unable: 0, resend: true }, wakeAt: iso(now) },",
    replace: "change: { ...free, state: 'scheduled', unknown: undefined, wakeAt: iso(now) },",
    caughtBy: 'tests/publishing/doubt.test.ts',
  },
  {
    name: 'one network post may be two publications',
    file: 'shared/publishing/writer.ts',
    find: 'return { put: { ...live, publicationId: id }, if: ours }',
    replace: 'return { put: { ...live, publicationId: id } }',
    caughtBy: 'tests/publishing/doubt.test.ts',
  },
  {
    name: 'a claimed publication has no wake-up',
    file: 'shared/publishing/sender.ts',
    find: '      wakeAt: leaseUntil,\n',
    replace: '      wakeAt: undefined,\n',
    caughtBy: 'simulation',
  },
  {
    name: 'the index of what waits does not follow',
    file: 'shared/publishing/record.ts',
    find: 'else Object.assign(set, wakeOf(record, change.wakeAt))',
    replace: '',
    caughtBy: 'simulation',
  },
  {
    name: 'a paused channel sends',
    file: 'shared/publishing/sender.ts',
    find: "if (channel !== undefined && channel.state !== 'active') return",
    replace: "if (channel !== undefined && channel.state === 'reconnect_needed') return",
    caughtBy: 'simulation',
  },
  {
    name: 'the late policy is ignored',
    file: 'shared/publishing/decide/decision.ts',
    find: 'return !record.visible && now > graceEnd(record)',
    replace: 'return record.visible && now > graceEnd(record)',
    caughtBy: 'simulation',
  },
  {
    name: 'a chain begins again instead of going on',
    file: 'shared/publishing/running.ts',
    find: '...this.#working(open, content), begin:',
    replace: '...this.#working(open, content), checkpoint: undefined, begin:',
    caughtBy: 'simulation',
  },
  {
    name: 'an edit keeps what was prepared of the old words',
    file: 'shared/publishing/edits.ts',
    find: 'contentVersion: record.contentVersion + 1, checkpoint: undefined }',
    replace: 'contentVersion: record.contentVersion + 1 }',
    caughtBy: 'simulation',
  },
  {
    name: 'the work ahead goes on past the instant',
    file: 'shared/publishing/ahead.ts',
    find: "return Math.min(now + leaseMs, millis(record.dueAt ?? '') - clearMs)",
    replace: 'return now + leaseMs',
    caughtBy: 'simulation',
  },
  {
    name: 'work ahead that dies leaves nothing to come at the instant',
    file: 'shared/publishing/sender.ts',
    find: 'await hint(this.#parts, [{ ...record, wakeAt: dueAt }])',
    replace: '',
    caughtBy: 'simulation',
  },
  {
    name: 'what is prepared is sent at once',
    file: 'shared/publishing/ahead.ts',
    find: 'return millis(wakeAt) < millis(dueAt) && now < millis(dueAt) - earliestMs',
    replace: 'return wakeAt === dueAt && now < 0',
    caughtBy: 'simulation',
  },
  {
    name: 'the monthly cap is read, not reserved',
    file: 'shared/publishing/spending.ts',
    find: '...(cap === undefined ? {} : { if: room })',
    replace: '',
    caughtBy: 'tests/publishing/spending.test.ts',
  },
  {
    name: 'every try is paid again',
    file: 'shared/publishing/spending.ts',
    find: 'if (record.paid?.contentVersion === contentVersion) return { record }',
    replace: '',
    caughtBy: 'tests/publishing/spending.test.ts',
  },
  {
    name: 'events the bus did not take count as published',
    file: 'functions/consumers/outbox.ts',
    find: 'Math.min(events.length, ...(await bus().publish(events)))',
    replace: '((await bus().publish(events)).length, events.length)',
    caughtBy: 'tests/outbox',
  },
  {
    name: 'signatures are compared with ==',
    file: 'shared/networks/meta/webhook.ts',
    find: "timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature)",
    replace: "createHmac('sha256', secret).update(body).digest('hex') == signature.toString('hex')",
    caughtBy: 'tests/security',
  },
  {
    name: 'a signature is over the parsed body',
    file: 'shared/networks/meta/webhook.ts',
    find: "createHmac('sha256', secret).update(body)",
    replace: "createHmac('sha256', secret).update(JSON.stringify(jsonOf(body)) ?? '')",
    caughtBy: 'tests/conformance/facebook.test.ts',
  },
  {
    name: 'a delivery is deduplicated after it was written',
    file: 'shared/inbox/mentions.ts',
    find: "{ put: { ...keys.inbound(workspaceId, channelId, externalId), mentionId: id }, if: ['pk', 'absent'] },",
    replace: '{ put: { ...keys.inbound(workspaceId, channelId, externalId), mentionId: id } },',
    caughtBy: 'tests/inbox/mentions.test.ts',
  },
  {
    name: 'a cursor is good for every workspace',
    file: 'shared/http/cursor.ts',
    find: "JSON.stringify(['cursor', scope.workspaceId, scope.operation, filters])",
    replace: "JSON.stringify(['cursor', scope.operation, filters])",
    caughtBy: 'tests/http',
  },
  {
    name: 'an idempotency key answers whatever is asked',
    file: 'shared/http/replay.ts',
    find: 'record.requestHash !== idempotency.requestHash',
    replace: "record.requestHash === ''",
    caughtBy: 'tests/http',
  },
]
