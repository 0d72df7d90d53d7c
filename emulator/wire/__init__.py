"""Pure text: what goes over the wire, in and out, without a socket."""
