/**
 * Forms that browsers post to upload a file: in come the bytes of a multipart body and the policy
 * that somebody signed, out go the fields, the bytes of the file, and whether the policy allows
 * them. It refuses to know keys, buckets, and where the bytes go.
 */
package dev.sluice.lake.s3.form;
