package dev.sluice.transform.job;

import java.time.LocalDate;

/** One job's rows of one day. */
public record Task(Job job, LocalDate day) {}
