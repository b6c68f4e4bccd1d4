export default {
  'govern.title': 'Govern',
} as const
