/** The partition that a health check reads: it holds nothing. Of its own file, since infra names it too. */
export const healthKey = 'health'
