import type { Kind } from '../../facts.ts'

const byNode: Readonly<Record<string, Kind>> = {
  InsertStmt: 'write',
  UpdateStmt: 'write',
  DeleteStmt: 'write',
  MergeStmt: 'write',
  TruncateStmt: 'write',
  CopyStmt: 'admin',
  TransactionStmt: 'transaction',
  ConstraintsSetStmt: 'transaction',
  VariableSetStmt: 'session',
  DiscardStmt: 'session',
  DeclareCursorStmt: 'session',
  FetchStmt: 'session',
  ClosePortalStmt: 'session',
  PrepareStmt: 'session',
  ExecuteStmt: 'session',
  DeallocateStmt: 'session',
  ListenStmt: 'session',
  UnlistenStmt: 'session',
  NotifyStmt: 'session',
  LockStmt: 'session',
  LoadStmt: 'admin',
  CallStmt: 'call',
  DoStmt: 'call',
  VacuumStmt: 'admin',
  ClusterStmt: 'admin',
  ReindexStmt: 'admin',
  CheckPointStmt: 'admin',
  GrantStmt: 'admin',
  GrantRoleStmt: 'admin',
  ReassignOwnedStmt: 'admin',
  CommentStmt: 'ddl',
  SecLabelStmt: 'ddl',
  IndexStmt: 'ddl',
  RuleStmt: 'ddl',
  ViewStmt: 'ddl',
  RenameStmt: 'ddl',
  DefineStmt: 'ddl',
  CreatedbStmt: 'admin',
  DropdbStmt: 'admin',
  CompositeTypeStmt: 'ddl',
  RefreshMatViewStmt: 'ddl',
  ImportForeignSchemaStmt: 'ddl',
}

/** What a statement that is no reading one is for; `unknown` for what PostgreSQL may learn later. */
export function kindOf(node: string): Kind {
  return byNode[node] ?? (/^(Create|Alter|Drop)/.test(node) ? 'ddl' : 'unknown')
}

const words: Readonly<Record<string, string>> = {
  SelectStmt: 'SELECT',
  VariableShowStmt: 'SHOW',
  VariableSetStmt: 'SET',
  TransactionStmt: 'TRANSACTION',
  CreateStmt: 'CREATE TABLE',
  IndexStmt: 'CREATE INDEX',
  ViewStmt: 'CREATE VIEW',
  RuleStmt: 'CREATE RULE',
  DefineStmt: 'CREATE',
  ClosePortalStmt: 'CLOSE',
  DeclareCursorStmt: 'DECLARE CURSOR',
  RenameStmt: 'ALTER … RENAME',
  RefreshMatViewStmt: 'REFRESH MATERIALIZED VIEW',
  CreatedbStmt: 'CREATE DATABASE',
  DropdbStmt: 'DROP DATABASE',
}

/** The words a person would name the statement with, e.g. `CREATE TABLE AS`. */
export const wordsOf = (node: string): string =>
  words[node] ??
  node
    .replace(/Stmt$/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toUpperCase()
