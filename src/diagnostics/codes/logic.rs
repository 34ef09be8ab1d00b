//! Family 07: what can never hold, always holds, or says nothing.

family! {}
