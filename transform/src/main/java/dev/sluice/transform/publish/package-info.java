/**
 * Where tables become visible. Table names and the rows of a day come in; rows read at one fixed
 * snapshot and one commit per day and table go out. It refuses to know what the rows mean.
 */
package dev.sluice.transform.publish;
