/** Who may see and change what, for those who decide about it: roles as text, what somebody would see by them, changes that wait. Each is one recorded call. */
export { type Approval, approvals, confirmApproval, refuseApproval } from './govern/approvals.ts'
export { checkPolicyText, type PolicyTold, policyTold, writePolicyText } from './govern/policy.ts'
export { type Simulated, type SimulationAsked, simulate } from './govern/simulate.ts'
