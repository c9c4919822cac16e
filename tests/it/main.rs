//! The one integration-test binary: stories told to the real wiring, on both databases, and the rules of
//! the house.

#![allow(clippy::disallowed_methods)] // tests are told by their environment where PostgreSQL is

mod backup;
mod carrier;
mod commands;
mod customers;
mod demo;
mod desk;
mod desk_finds;
mod desk_work;
mod desks;
mod door;
mod fairness;
mod faults;
mod figures;
mod house;
mod imports;
mod kept;
mod lists;
mod members;
mod memory;
mod menus;
mod metrics;
mod odd;
mod originals;
mod others;
mod page;
mod phrases;
mod pieces;
mod privacy;
mod properties;
mod refused;
mod replicas;
mod requests;
mod rights;
mod rules;
mod secrets;
mod setup;
mod silence;
mod stored;
mod supervised;
mod support;
mod survive;
mod transcripts;
mod truth;
mod understanding;
mod webhook;
mod words;
