/** The `source` of every event of ours on the bus: what we send, and what infra's rules match. */
export const eventSource = 'parvis'
