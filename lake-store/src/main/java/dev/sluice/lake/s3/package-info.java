/**
 * The S3 API on HTTP. In come requests as clients of AWS send them; out go what S3 would answer,
 * errors included, or 501 for whatever is not done here: nothing is ignored that would change what
 * a request means. It refuses to know how objects are kept and who may do what.
 */
package dev.sluice.lake.s3;
