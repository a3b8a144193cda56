import type { Issue, Newsletters, Report } from '../../shared/networks/network.ts'

/** Lists that deliver at once, for tests of what hands issues over. */
export class InstantNewsletters implements Newsletters {
  readonly issues = new Map<string, Issue>()
  readonly reports: Report[] = []
  readonly leavings: string[] = []

  start(issue: Issue): Promise<void> {
    if (!this.issues.has(issue.key)) this.issues.set(issue.key, issue)
    return Promise.resolve()
  }

  progress(key: string) {
    return Promise.resolve(this.issues.has(key) ? { done: 1, total: 1, finished: true } : undefined)
  }

  counters(key: string) {
    return Promise.resolve(this.issues.has(key) ? { delivered: 1, bounces: 0 } : undefined)
  }

  reported(report: Report): Promise<void> {
    this.reports.push(report)
    return Promise.resolve()
  }

  left(leaveId: string): Promise<boolean> {
    this.leavings.push(leaveId)
    return Promise.resolve(true)
  }
}
