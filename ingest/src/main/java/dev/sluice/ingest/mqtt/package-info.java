/**
 * The way in for devices: MQTT 3.1.1 and 5 come in, each published message one event of the stream
 * that its topic names; acknowledgements go out when the log has it. Nobody can subscribe: it is no
 * broker. It refuses to know what an event is, and who may send is told to it.
 */
package dev.sluice.ingest.mqtt;
