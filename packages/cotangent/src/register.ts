// Nothing is exported yet: a name appears here when what it names is built.
export {};
