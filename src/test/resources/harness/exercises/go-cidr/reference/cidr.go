// Package cidr computes with IPv4 networks.
package cidr

import (
	"fmt"
	"strconv"
	"strings"
)

// Block is a network.
type Block struct {
	start  uint32
	prefix int
}

// Parse reads a network such as 10.1.0.0/16.
func Parse(text string) (Block, error) {
	address, length, found := strings.Cut(text, "/")
	start, err := parseAddress(address)
	if err != nil {
		return Block{}, err
	}
	prefix, err := number(length, 32)
	if !found || err != nil {
		return Block{}, fmt.Errorf("%q has no prefix from 0 to 32", text)
	}
	block := Block{start, prefix}
	if start&^block.mask() != 0 {
		return Block{}, fmt.Errorf("%q has bits after its prefix", text)
	}
	return block, nil
}

// Contains tells whether an address is a part of the network.
func (b Block) Contains(address string) (bool, error) {
	at, err := parseAddress(address)
	return err == nil && at&b.mask() == b.start, err
}

// Size counts addresses.
func (b Block) Size() uint64 {
	return 1 << (32 - b.prefix)
}

// First is the lowest address.
func (b Block) First() string {
	return text(b.start)
}

// Last is the highest address.
func (b Block) Last() string {
	return text(b.start | ^b.mask())
}

// Overlaps tells whether two networks have addresses in common.
func (b Block) Overlaps(other Block) bool {
	mask := b.mask() & other.mask()
	return b.start&mask == other.start&mask
}

func (b Block) mask() uint32 {
	return uint32(uint64(0xffffffff) << (32 - b.prefix))
}

func parseAddress(address string) (uint32, error) {
	parts := strings.Split(address, ".")
	var value uint32
	for _, part := range parts {
		octet, err := number(part, 255)
		if err != nil || len(parts) != 4 {
			return 0, fmt.Errorf("%q is no IPv4 address", address)
		}
		value = value<<8 | uint32(octet)
	}
	return value, nil
}

func number(text string, most int) (int, error) {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 || value > most || strconv.Itoa(value) != text {
		return 0, fmt.Errorf("%q is not from 0 to %d", text, most)
	}
	return value, nil
}

func text(value uint32) string {
	return fmt.Sprintf("%d.%d.%d.%d", value>>24, value>>16&255, value>>8&255, value&255)
}
