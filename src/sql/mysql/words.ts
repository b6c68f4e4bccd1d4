import type { Token } from '../reader/token.ts'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Words that neither MySQL 8 nor MariaDB 10.11 takes for an identifier, or that begin something wherever a name could stand. */
const reserved = setOf(
  `ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CALL CASCADE CASE CHANGE CHAR
  CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT CREATE CROSS CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP
  CURRENT_USER CURSOR DATABASE DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC DECIMAL DECLARE DEFAULT DELAYED DELETE DESC
  DESCRIBE DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH ELSE ELSEIF ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FALSE FETCH
  FLOAT FLOAT4 FLOAT8 FOR FORCE FOREIGN FROM FULLTEXT GRANT GROUP HAVING HIGH_PRIORITY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF
  IGNORE IN INDEX INFILE INNER INOUT INSENSITIVE INSERT INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERSECT INTERVAL INTO IS ITERATE JOIN KEY
  KEYS KILL LEADING LEAVE LEFT LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LONG LONGBLOB LONGTEXT LOOP LOW_PRIORITY MATCH
  MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG NULL
  NUMERIC ON OPTIMIZE OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARTITION PRECISION PRIMARY PROCEDURE PURGE RANGE READ READS
  READ_WRITE REAL RECURSIVE REFERENCES REGEXP RELEASE RENAME REPEAT REPLACE REQUIRE RESIGNAL RESTRICT RETURN REVOKE RIGHT RLIKE ROWS SCHEMA
  SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL SMALLINT SPATIAL SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING
  SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING STRAIGHT_JOIN TABLE TERMINATED THEN TINYBLOB TINYINT TINYTEXT TO TRAILING
  TRIGGER TRUE UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES VARBINARY VARCHAR
  VARCHARACTER VARYING WHEN WHERE WHILE WITH WRITE XOR YEAR_MONTH ZEROFILL`,
)

/** Reserved words that are functions when `(` follows. */
const callable = setOf(
  `CHAR CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DATABASE IF INSERT LEFT LOCALTIME LOCALTIMESTAMP MOD REPEAT
  REPLACE RIGHT SCHEMA UTC_DATE UTC_TIME UTC_TIMESTAMP`,
)

/** Functions that are also written without brackets. */
export const bareFunctions = setOf(
  'CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_DATE UTC_TIME UTC_TIMESTAMP',
)

/** Words that are names elsewhere but begin the next clause where an alias without AS could stand. */
const clauses = setOf('WINDOW OFFSET LATERAL QUALIFY MINUS TABLESAMPLE SYSTEM_TIME')

export const units: readonly string[] = (
  'MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND ' +
  'HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH SQL_TSI_SECOND SQL_TSI_MINUTE SQL_TSI_HOUR ' +
  'SQL_TSI_DAY SQL_TSI_WEEK SQL_TSI_MONTH SQL_TSI_QUARTER SQL_TSI_YEAR SQL_TSI_FRAC_SECOND'
).split(' ')

/**
 * Functions that the servers know only when `(` touches the name. With a blank between, or in backticks, the name is that of a
 * stored function, which may do anything.
 */
export const touching = setOf(
  `adddate bit_and bit_or bit_xor cast count curdate curtime date_add date_sub extract group_concat json_arrayagg json_objectagg max mid min
  now position session_user st_collect std stddev stddev_pop stddev_samp subdate substr substring sum sysdate system_user trim variance
  var_pop var_samp`,
)

/** Functions that have an answer for every value and do not let wait; aggregates only meet rows that a rule has let through. */
export const quiet = setOf(
  `lower upper lcase ucase trim ltrim rtrim length char_length character_length octet_length coalesce ifnull nullif if isnull substr substring
  mid left right instr locate strcmp field concat concat_ws date year month day dayofmonth dayofweek dayofyear weekday week weekofyear yearweek
  quarter hour minute second monthname dayname to_days datediff date_format last_day unix_timestamp date_add date_sub adddate subdate
  timestampdiff extract count sum avg min max group_concat std stddev variance`,
)

export const isIdentifier = (token: Token): boolean => token.kind === 'name' || (token.kind === 'word' && !reserved.has(token.word))

/** What may be an alias without AS; strings only for columns. */
export const isBareAlias = (token: Token): boolean => isIdentifier(token) && !clauses.has(token.word)

export const isCallable = (token: Token): boolean => isIdentifier(token) || callable.has(token.word)
