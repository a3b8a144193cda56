export { type Actor, type AuditRecord, auditSchema, auditWrite, listAudit } from './audit.ts'
export { findWorkspace, type Workspace, type WorkspaceChange, workspaceChange, workspaceId, workspaceSchema } from './workspace.ts'
