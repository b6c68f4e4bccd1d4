export default {
  'query.title': 'Query',
} as const
