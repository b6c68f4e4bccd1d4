import type { SourceFunction } from '../../schema.ts'

/** Functions of well-known extensions that are not declared immutable and still have no effect, or none but chance. */
const known: ReadonlySet<string> = new Set(
  `unaccent show_limit similarity word_similarity strict_word_similarity similarity_op word_similarity_op word_similarity_commutator_op
  strict_word_similarity_op strict_word_similarity_commutator_op similarity_dist word_similarity_dist_op uuid_generate_v1 uuid_generate_v1mc
  uuid_generate_v4 gen_random_uuid gen_random_bytes gen_salt pgp_sym_encrypt pgp_sym_encrypt_bytea pgp_pub_encrypt pgp_pub_encrypt_bytea
  populate_record hstore_version_diag normal_rand time_bucket time_bucket_ng time_bucket_gapfill locf interpolate st_asgeojson st_asmvt
  st_asmvtgeom st_transform postgis_version postgis_lib_version postgis_geos_version postgis_proj_version
  st_generatepoints first last`.split(/\s+/),
)

/** They tell about all rows of a table that they are given by name. */
const telling: ReadonlySet<string> = new Set(['st_estimatedextent', 'approximate_row_count'])

/** Declared stable, and they run any SQL that they are given as a text (tablefunc, xml2, dblink, pgRouting). */
const runsText = /^(crosstab\w*|connectby|xpath_table|dblink\w*|_?pgr_\w+)$/

/**
 * Functions in C can be made by superusers only, most of them by extensions. What such an author declares immutable is taken as
 * that; a stable one may still read tables by itself, so it is harmless only where nothing is hidden; a volatile one must be known.
 */
export function isHarmlessExtensionFunction({ name, volatility }: SourceFunction, restricted: boolean): boolean {
  if (runsText.test(name)) return false
  return volatility === 'immutable' || known.has(name) || (telling.has(name) && !restricted) || (volatility === 'stable' && !restricted)
}
