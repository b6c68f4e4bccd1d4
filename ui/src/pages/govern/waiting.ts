import { useQuery } from '@tanstack/react-query'
import { api, data } from '../../api/client.ts'

const LOOK_AGAIN_MS = 30_000

/** Changes that wait for a confirmation; looked at again, for others ask for them. */
export const useApprovals = () =>
  useQuery({
    queryKey: ['approvals'],
    queryFn: ({ signal }) => data(api.GET('/api/approvals', { signal })),
    refetchInterval: LOOK_AGAIN_MS,
  })
