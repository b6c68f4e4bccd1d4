/**
 * Functions of MySQL 8 and MariaDB 10.11 that only compute. Left out: what waits (sleep, benchmark, *_wait), locks (get_lock and
 * its kin), reads files (load_file), changes sequences (nextval, setval; the reader refuses last_insert_id with a value), tells about accounts and replication, or comes from user libraries (sys_exec).
 */
const operators = `abs acos asin atan atan2 ceil ceiling conv cos cot crc32 crc32c degrees exp floor format ln log log10 log2 mod oct pi pow power
  radians rand round sign sin sqrt tan truncate greatest least interval isnull coalesce if ifnull nullif nvl nvl2 decode decode_oracle`

const texts = `ascii bin bit_count bit_length char char_length character_length chr coercibility collation charset concat concat_ws elt
  export_set field find_in_set format_bytes format_pico_time from_base64 hex insert instr lcase left length lengthb locate lower lpad ltrim
  make_set mid natural_sort_key octet_length ord position quote regexp_instr regexp_like regexp_replace regexp_substr repeat replace reverse
  right rpad rtrim sformat soundex space strcmp substr substring substring_index to_base64 to_char trim trim_oracle ltrim_oracle rtrim_oracle
  ucase unhex upper weight_string extractvalue updatexml`

const times = `adddate addtime convert_tz curdate current_date current_time current_timestamp curtime date date_add date_format date_sub datediff
  day dayname dayofmonth dayofweek dayofyear extract from_days from_unixtime get_format hour last_day localtime localtimestamp makedate
  maketime microsecond minute month monthname now period_add period_diff quarter sec_to_time second str_to_date subdate subtime sysdate time
  time_format time_to_sec timediff timestamp timestampadd timestampdiff to_days to_seconds unix_timestamp utc_date utc_time utc_timestamp week
  weekday weekofyear year yearweek add_months`

const aggregates = `any_value approx_count_distinct avg bit_and bit_or bit_xor count group_concat json_arrayagg json_objectagg max median min
  percentile_cont percentile_disc std stddev stddev_pop stddev_samp sum var_pop var_samp variance grouping st_collect cume_dist dense_rank
  first_value lag last_value lead nth_value ntile percent_rank rank row_number`

const json = `json json_array json_array_append json_array_insert json_array_intersect json_compact json_contains json_contains_path json_depth
  json_detailed json_pretty json_equals json_exists json_extract json_insert json_key_value json_keys json_length json_loose json_merge
  json_merge_patch json_merge_preserve json_normalize json_object json_object_filter_keys json_object_to_array json_overlaps json_query
  json_quote json_remove json_replace json_schema_valid json_schema_validation_report json_search json_set json_storage_free
  json_storage_size json_table json_type json_unquote json_valid json_value`

const hashes = `aes_decrypt aes_encrypt compress md5 sha sha1 sha2 uncompress uncompressed_length des_decrypt des_encrypt encode encrypt
  password old_password kdf random_bytes statement_digest statement_digest_text validate_password_strength uuid uuid_short uuid_to_bin
  bin_to_uuid is_uuid uuid_v4 uuid_v7 sys_guid inet_aton inet_ntoa inet6_aton inet6_ntoa is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6 gtid_subset gtid_subtract vec_distance vec_distance_cosine vec_distance_euclidean vec_fromtext
  vec_totext distance from_vector string_to_vector to_vector vector_dim vector_to_string`

const session = `connection_id current_role current_user database decode_histogram found_rows last_insert_id row_count rownum schema session_user system_user user version
  column_create column_add column_get column_exists column_delete column_check column_list column_json name_const
  icu_version`

const spatial = `area asbinary astext aswkb aswkt boundary buffer centroid contains convexhull crosses dimension disjoint distance endpoint
  envelope equals exteriorring geomcollfromtext geomcollfromwkb geometrycollection geometrycollectionfromtext geometrycollectionfromwkb
  geometryfromtext geometryfromwkb geometryn geometrytype geomfromtext geomfromwkb glength interiorringn intersects isclosed isempty isring
  issimple linefromtext linefromwkb linestring linestringfromtext linestringfromwkb mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequal mbrequals
  mbrintersects mbroverlaps mbrtouches mbrwithin mlinefromtext mlinefromwkb mpointfromtext mpointfromwkb mpolyfromtext mpolyfromwkb
  multilinestring multilinestringfromtext multilinestringfromwkb multipoint multipointfromtext multipointfromwkb multipolygon
  multipolygonfromtext multipolygonfromwkb numgeometries numinteriorrings numpoints overlaps point pointfromtext pointfromwkb pointn
  pointonsurface polyfromtext polyfromwkb polygon polygonfromtext polygonfromwkb srid startpoint touches within x y
  st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_boundary st_buffer st_buffer_strategy st_centroid st_collect st_contains
  st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance st_distance_sphere st_endpoint st_envelope st_equals
  st_exteriorring st_frechetdistance st_geohash st_geomcollfromtext st_geomcollfromtxt st_geomcollfromwkb st_geometrycollectionfromtext
  st_geometrycollectionfromwkb st_geometryfromtext st_geometryfromwkb st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext
  st_geomfromwkb st_hausdorffdistance st_interiorringn st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid
  st_latfromgeohash st_latitude st_length st_linefromtext st_linefromwkb st_lineinterpolatepoint st_lineinterpolatepoints
  st_linestringfromtext st_linestringfromwkb st_longfromgeohash st_longitude st_makeenvelope st_mlinefromtext st_mlinefromwkb
  st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb st_multilinestringfromtext st_multilinestringfromwkb
  st_multipointfromtext st_multipointfromwkb st_multipolygonfromtext st_multipolygonfromwkb st_numgeometries st_numinteriorring
  st_numinteriorrings st_numpoints st_overlaps st_pointatdistance st_pointfromgeohash st_pointfromtext st_pointfromwkb st_pointn
  st_pointonsurface st_polyfromtext st_polyfromwkb st_polygonfromtext st_polygonfromwkb st_relate st_simplify st_srid st_startpoint
  st_swapxy st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y`

export const mysqlFunctions: ReadonlySet<string> = new Set(
  [operators, texts, times, aggregates, json, hashes, session, spatial].flatMap((names) => names.split(/\s+/)),
)
