export default {
  'run.title': 'Run',
} as const
